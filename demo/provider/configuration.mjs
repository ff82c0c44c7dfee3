// What the provider promises, in oidc-provider's words: the Swedish OpenID Connect profile 1.0.
import { createHmac } from 'node:crypto';

import { pageHeaders } from './answers.mjs';
import { languageOf } from './languages.mjs';
import { Memory } from './memory.mjs';
import { problemPage } from './pages.mjs';
import {
  ASSIGNMENT_CLAIMS, claimsOf, COORDINATION_LEVEL, COORDINATION_NUMBER, PERSONAL_IDENTITY_NUMBER,
} from './people.mjs';

export const LOA3 = 'http://id.elegnamnden.se/loa/1.0/loa3';
const FIVE_MINUTES = 5 * 60;
const TEN_MINUTES = 10 * 60;

export function configuration({ clients, keys }) {
  const people = clients.flatMap((client) => client.people);
  return {
    adapter: Memory,
    jwks: keys.jwks,
    cookies: { keys: [keys.cookieKey] },
    clients: clients.map(clientMetadata),
    clientAuthMethods: ['private_key_jwt'],
    responseTypes: ['code'],
    scopes: ['openid'],
    acrValues: [LOA3],
    pkce: { required: () => true },
    claims: {
      openid: ['sub'],
      acr: null,
      auth_time: null,
      iss: null,
      'https://id.oidc.se/scope/naturalPersonInfo': ['given_name', 'family_name', 'name', 'birthdate'],
      'https://id.oidc.se/scope/naturalPersonNumber': [
        PERSONAL_IDENTITY_NUMBER, COORDINATION_NUMBER, COORDINATION_LEVEL,
      ],
      ...Object.fromEntries(ASSIGNMENT_CLAIMS.map((name) => [name, null])),
    },
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'PS256', 'RS256'],
      idTokenSigningAlgValues: ['ES256'],
      userinfoSigningAlgValues: ['ES256'],
    },
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: (context, id, { sectorIdentifier }) => opaque(keys.subjectKey, sectorIdentifier, id),
    discovery: { ui_locales_supported: ['sv', 'en'] },
    features: {
      claimsParameter: { enabled: true },
      jwtUserinfo: { enabled: true },
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: { enabled: false },
      dPoP: { enabled: false },
    },
    ttl: {
      AccessToken: FIVE_MINUTES,
      AuthorizationCode: 60,
      IdToken: FIVE_MINUTES,
      Interaction: TEN_MINUTES,
      Session: TEN_MINUTES,
      Grant: TEN_MINUTES,
    },
    interactions: { url: (context, interaction) => `/val/${interaction.uid}` },
    clientBasedCORS: () => false,
    findAccount: (context, id) => account(people, id),
    loadExistingGrant: grantEverythingAsked,
    renderError(context) {
      context.set(pageHeaders(new URL(clients[0].redirectUri).origin));
      context.body = problemPage(languageOf(context.get('accept-language')));
    },
  };
}

function clientMetadata({ id, redirectUri, jwks }) {
  return {
    client_id: id,
    redirect_uris: [redirectUri],
    jwks,
    token_endpoint_auth_method: 'private_key_jwt',
    id_token_signed_response_alg: 'ES256',
    userinfo_signed_response_alg: 'ES256',
    subject_type: 'pairwise',
    require_auth_time: true,
  };
}

// The profile forbids a personal number as subject: the same person is someone else to the next client.
function opaque(key, sector, id) {
  return createHmac('sha256', key).update(`${sector}|${id}`).digest('base64url');
}

function account(people, id) {
  const person = people.find((one) => one.id === id);
  return person && { accountId: id, claims: () => ({ sub: id, ...claimsOf(person) }) };
}

// The person has already chosen to identify themself; a page of consent would say nothing new.
async function grantEverythingAsked({ oidc }) {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope([...oidc.requestParamScopes].join(' '));
  grant.addOIDCClaims([...oidc.requestParamClaims]);
  await grant.save();
  return grant;
}
