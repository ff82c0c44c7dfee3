// The demo's e-ID provider: the Swedish OpenID Connect profile on this machine, with made-up people.
// Whoever opens its page can be anyone, so it listens on 127.0.0.1 and refuses any other issuer.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

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
  PEOPLE: new URL('../people.json', import.meta.url).pathname,
  KEYS: 'var/demo/provider-keys',
  ...process.env,
};

for (const name of ['ISSUER', 'REDIRECT_URI']) {
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(env[name]).hostname)) {
    console.error(`${name} is ${env[name]}. This provider lets anyone sign in as anyone: use it on 127.0.0.1 only.`);
    process.exit(1);
  }
}

const people = loadPeople(env.PEOPLE);
const provider = new Provider(env.ISSUER, configuration({
  people,
  keys: loadKeys(env.KEYS),
  client: {
    id: env.CLIENT_ID,
    redirectUri: env.REDIRECT_URI,
    jwks: JSON.parse(readFileSync(env.CLIENT_JWKS, 'utf8')),
  },
}));
provider.on('server_error', (context, error) => console.error(error));

const formTarget = new URL(env.REDIRECT_URI).origin;
const answer = provider.callback();
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, env.ISSUER);
  if (pathname === '/stil.css') return sendStyle(response);
  if (pathname === '/favicon.ico') return response.writeHead(204).end();
  if (!pathname.startsWith('/val/')) return answer(request, response);
  try {
    return await interact(provider, people, formTarget, request, response);
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) console.error(error);
    return sendPage(response, 400, problemPage(languageOf(request.headers['accept-language'])), formTarget);
  }
});
server.listen(Number(env.PORT), '127.0.0.1', () => console.log(`The e-ID provider answers on ${env.ISSUER}`));
