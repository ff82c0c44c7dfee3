// The demo's e-ID provider: the Swedish OpenID Connect profile on this machine, with made-up people.
// Whoever opens its page can be anyone, so it listens on 127.0.0.1 and refuses any other issuer.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import Provider, { errors } from 'oidc-provider';

import { sendPage, sendStyle } from './answers.mjs';
import { configuration } from './configuration.mjs';
import { interact } from './interaction.mjs';
import { loadKeys } from './keys.mjs';
import { languageOf } from './languages.mjs';
import { problemPage } from './pages.mjs';
import { loadPeople, loadStaff } from './people.mjs';

const env = {
  PORT: '8001',
  ISSUER: 'http://127.0.0.1:8001',
  CLIENT_ID: 'larkpost-demo',
  REDIRECT_URI: 'http://127.0.0.1:8000/logga-in/demo/retur',
  OTHER_CLIENT_ID: 'larkpost-demo-other',
  OTHER_REDIRECT_URI: 'http://127.0.0.1:8000/logga-in/demo-annan/retur',
  STAFF_CLIENT_ID: 'larkpost-demo-staff',
  STAFF_REDIRECT_URI: 'http://127.0.0.1:8000/personal/logga-in/demo-tjanst/retur',
  CLIENT_JWKS: 'var/demo/eid-client.jwks.json',
  PEOPLE: fileURLToPath(new URL('../people.json', import.meta.url)),
  STAFF: fileURLToPath(new URL('../staff.json', import.meta.url)),
  KEYS: 'var/demo/provider-keys',
  ...process.env,
};

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}

function readJwks(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return stop(`${path} is no key set. Write Lärkpost's public e-ID key there, or set CLIENT_JWKS.`);
  }
}

for (const name of ['ISSUER', 'REDIRECT_URI', 'OTHER_REDIRECT_URI', 'STAFF_REDIRECT_URI']) {
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(env[name]).hostname)) {
    stop(`${name} is ${env[name]}. This provider lets anyone sign in as anyone: use it on 127.0.0.1 only.`);
  }
}

// One Lärkpost with one key, but two doors with people of their own, and two ways in at the residents'. Each way is
// a client of its own.
const jwks = readJwks(env.CLIENT_JWKS);
const residents = loadPeople(env.PEOPLE);
const clients = [
  { id: env.CLIENT_ID, redirectUri: env.REDIRECT_URI, jwks, people: residents },
  { id: env.OTHER_CLIENT_ID, redirectUri: env.OTHER_REDIRECT_URI, jwks, people: residents },
  { id: env.STAFF_CLIENT_ID, redirectUri: env.STAFF_REDIRECT_URI, jwks, people: loadStaff(env.STAFF) },
];
const provider = new Provider(env.ISSUER, configuration({ clients, keys: loadKeys(env.KEYS) }));
provider.on('server_error', (context, error) => console.error(error));

// Nobody stays signed in here: whoever signs in next in the same browser may be someone else.
function withoutSession(cookies = '') {
  return cookies.split('; ').filter((one) => !one.startsWith('_session')).join('; ');
}

const formTarget = new URL(env.REDIRECT_URI).origin;
const answer = provider.callback();
const server = createServer(async (request, response) => {
  const [path] = request.url.split('?');
  if (path === '/stil.css') return sendStyle(response);
  if (path === '/favicon.ico') return response.writeHead(204).end();
  request.headers.cookie = withoutSession(request.headers.cookie);
  if (!path.startsWith('/val/')) return answer(request, response);
  try {
    return await interact(provider, clients, formTarget, request, response);
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) console.error(error);
    return sendPage(response, 400, problemPage(languageOf(request.headers['accept-language'])), formTarget);
  }
});
server.on('error', (error) => stop(`Port ${env.PORT} cannot be used (${error.code}). Set PORT to a free one.`));
server.listen(Number(env.PORT), '127.0.0.1', () => console.log(`The e-ID provider answers on ${env.ISSUER}`));
