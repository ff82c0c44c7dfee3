// An honest provider that others wrote (npm oidc-provider), in the shapes that we meet. On 127.0.0.1 only.
// node server.mjs PEERS.json, a list of { profile, issuer, port, keys, client }.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import Provider from 'oidc-provider';

import { sendStyle } from '../../../demo/provider/answers.mjs';
import { configuration, LOA3 } from '../../../demo/provider/configuration.mjs';
import { interact } from '../../../demo/provider/interaction.mjs';
import { loadKeys } from '../../../demo/provider/keys.mjs';
import { loadPeople, loadStaff } from '../../../demo/provider/people.mjs';

const LOA4 = LOA3.replace('loa3', 'loa4');

function demo(name) {
  return fileURLToPath(new URL(`../../../demo/${name}`, import.meta.url));
}

// What each shape has beyond the demo's provider, which follows the Swedish profile.
const PROFILES = {
  citizen: {
    people: loadPeople(demo('people.json')),
    features: { pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true } },
  },
  staff: {
    people: loadStaff(demo('staff.json')),
    features: {
      pushedAuthorizationRequests: { enabled: false },
      requestObjects: { enabled: true, requireSignedRequestObject: true },
    },
  },
  plain: {
    people: loadPeople(demo('people.json')),
    features: {
      pushedAuthorizationRequests: { enabled: false },
      claimsParameter: { enabled: false },
      jwtUserinfo: { enabled: false },
    },
    clientAuthMethods: ['client_secret_basic'],
    client: {
      token_endpoint_auth_method: 'client_secret_basic',
      jwks: undefined,
      userinfo_signed_response_alg: undefined,
    },
  },
};

// The package's own pages fetch a font from elsewhere.
function askedToSignOut(context, form) {
  context.body = `<!doctype html><html lang="sv"><title>Logga ut</title><h1>Vill du logga ut?</h1>${form}
    <button type="submit" form="op.logoutForm" value="yes" name="logout">Ja, logga ut</button></html>`;
}

function signedOut(context) {
  context.body = '<!doctype html><html lang="sv"><title>Utloggad</title><h1>Utloggad här</h1></html>';
}

const SIGNING_OUT = {
  rpInitiatedLogout: { enabled: true, logoutSource: askedToSignOut, postLogoutSuccessSource: signedOut },
  backchannelLogout: { enabled: true },
};

// The package tells nobody on loopback who has signed out, which is where we are.
function fetchNearby(url, { dispatcher, ...options }) {
  return fetch(url, options);
}

function shaped({ profile, keys, client }) {
  const { people, features, clientAuthMethods, client: more } = PROFILES[profile];
  const clients = [{ id: client.client_id, redirectUri: client.redirect_uris[0], jwks: client.jwks, people }];
  const usual = configuration({ clients, keys: loadKeys(keys) });
  return {
    clients,
    configuration: {
      ...usual,
      acrValues: [LOA3, LOA4],
      fetch: fetchNearby,
      clients: [{ ...usual.clients[0], ...client, ...more }],
      clientAuthMethods: clientAuthMethods ?? usual.clientAuthMethods,
      features: { ...usual.features, ...SIGNING_OUT, ...features },
    },
  };
}

// Everybody here has an e-ID of both levels, and uses the lowest that will do.
function identifying(provider) {
  return {
    interactionDetails: (request, response) => provider.interactionDetails(request, response),
    async interactionFinished(request, response, result) {
      const { params } = await provider.interactionDetails(request, response);
      const login = result.login && { ...result.login, acr: lowestAsked(params) };
      return provider.interactionFinished(request, response, login ? { ...result, login } : result);
    },
  };
}

function lowestAsked({ claims, acr_values: values }) {
  return claims ? JSON.parse(claims).id_token.acr.values[0] : values.split(' ')[0];
}

function listen(peer) {
  const { clients, configuration: shape } = shaped(peer);
  const provider = new Provider(peer.issuer, shape);
  provider.on('server_error', (context, error) => console.error(error));
  provider.on('backchannel.error', (context, error) => console.error(error));
  const answer = provider.callback();
  const formTarget = new URL(clients[0].redirectUri).origin;
  createServer((request, response) => {
    if (request.url === '/stil.css') return sendStyle(response);
    if (!request.url.startsWith('/val/')) return answer(request, response);
    return interact(identifying(provider), clients, formTarget, request, response);
  }).listen(peer.port, '127.0.0.1');
}

JSON.parse(readFileSync(process.argv[2], 'utf8')).forEach(listen);
