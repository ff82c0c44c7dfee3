// The people of people.json and what the provider says of them, in the profile's claims.
import { readFileSync } from 'node:fs';

export const PERSONAL_IDENTITY_NUMBER = 'https://id.oidc.se/claim/personalIdentityNumber';
export const COORDINATION_NUMBER = 'https://id.oidc.se/claim/coordinationNumber';

export function loadPeople(path) {
  return JSON.parse(readFileSync(path, 'utf8')).people;
}

export function nameOf({ given_name, family_name }) {
  return `${given_name} ${family_name}`;
}

export function numberOf({ personalIdentityNumber, coordinationNumber }) {
  return personalIdentityNumber ?? coordinationNumber;
}

export function claimsOf(person) {
  return {
    given_name: person.given_name,
    family_name: person.family_name,
    name: nameOf(person),
    birthdate: birthdateOf(person),
    [PERSONAL_IDENTITY_NUMBER]: person.personalIdentityNumber,
    [COORDINATION_NUMBER]: person.coordinationNumber,
  };
}

// A coordination number counts the day from 61.
function birthdateOf(person) {
  const number = numberOf(person);
  const day = Number(number.slice(6, 8)) % 60;
  return `${number.slice(0, 4)}-${number.slice(4, 6)}-${String(day).padStart(2, '0')}`;
}
