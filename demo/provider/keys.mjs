// The provider's own keys, made at the first start and kept, so that a person stays the same person.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function loadKeys(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    jwks: { keys: [JSON.parse(kept(folder, 'signing.jwk.json', newSigningKey))] },
    subjectKey: kept(folder, 'subjects.key', newSecret),
    cookieKey: newSecret(),
  };
}

function kept(folder, name, make) {
  const path = join(folder, name);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    const made = make();
    writeFileSync(path, made, { mode: 0o600 });
    return made;
  }
}

function newSigningKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomBytes(8).toString('hex');
  return JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' });
}

function newSecret() {
  return randomBytes(32).toString('base64url');
}
