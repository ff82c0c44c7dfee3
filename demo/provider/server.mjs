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
import { loadPeople } from './people.mjs';

const env = {
  PORT: '8001',
  ISSUER: 'http://127.0.0.1:8001',
  CLIENT_ID: 'larkpost-demo',
  REDIRECT_URI: 'http://127.0.0.1:8000/logga-in/demo/retur',
  CLIENT_JWKS: 'var/demo/eid-client.jwks.json',
  PEOPLE: fileURLToPath(new URL('../people.json', import.meta.url)),
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

for (const name of ['ISSUER', 'REDIRECT_URI']) {
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(env[name]).hostname)) {
    stop(`${name} is ${env[name]}. This provider lets anyone sign in as anyone: use it on 127.0.0.1 only.`);
  }
}

const people = loadPeople(env.PEOPLE);
const provider = new Provider(env.ISSUER, configuration({
  people,
  keys: loadKeys(env.KEYS),
  client: {
    id: env.CLIENT_ID,
    redirectUri: env.REDIRECT_URI,
    jwks: readJwks(env.CLIENT_JWKS),
  },
}));
provider.on('server_error', (context, error) => console.error(error));

const formTarget = new URL(env.REDIRECT_URI).origin;
const answer = provider.callback();
const server = createServer(async (request, response) => {
  const [path] = request.url.split('?');
  if (path === '/stil.css') return sendStyle(response);
  if (path === '/favicon.ico') return response.writeHead(204).end();
  if (!path.startsWith('/val/')) return answer(request, response);
  try {
    return await interact(provider, people, formTarget, request, response);
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) console.error(error);
    return sendPage(response, 400, problemPage(languageOf(request.headers['accept-language'])), formTarget);
  }
});
server.on('error', (error) => stop(`Port ${env.PORT} cannot be used (${error.code}). Set PORT to a free one.`));
server.listen(Number(env.PORT), '127.0.0.1', () => console.log(`The e-ID provider answers on ${env.ISSUER}`));
