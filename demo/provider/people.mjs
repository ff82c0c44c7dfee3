// The people of people.json, in the profile's claims, and of staff.json, in those of Inera's IdP.
import { readFileSync } from 'node:fs';

export const PERSONAL_IDENTITY_NUMBER = 'https://id.oidc.se/claim/personalIdentityNumber';
export const COORDINATION_NUMBER = 'https://id.oidc.se/claim/coordinationNumber';
export const COORDINATION_LEVEL = 'https://id.oidc.se/claim/coordinationNumberLevel';

const ASSIGNMENT = [
  'commissionHsaId', 'commissionName', 'commissionPurpose',
  'healthCareUnitHsaId', 'healthCareUnitName', 'healthCareProviderHsaId',
];
// As Inera's IdP spells them. Each is asked for by name; there is no scope for them.
export const ASSIGNMENT_CLAIMS = ['employeeHsaId', ...ASSIGNMENT, 'allCommissions'];

export function loadPeople(path) {
  return JSON.parse(readFileSync(path, 'utf8')).people;
}

export function loadStaff(path) {
  return JSON.parse(readFileSync(path, 'utf8')).staff;
}

export function isStaff(person) {
  return 'employeeHsaId' in person;
}

export function nameOf({ given_name, family_name }) {
  return `${given_name} ${family_name}`;
}

export function numberOf({ personalIdentityNumber, coordinationNumber }) {
  return personalIdentityNumber ?? coordinationNumber;
}

export function claimsOf(person) {
  return isStaff(person) ? staffClaims(person) : residentClaims(person);
}

function staffClaims(person) {
  return {
    given_name: person.given_name,
    family_name: person.family_name,
    employeeHsaId: person.employeeHsaId,
    ...assignmentClaims(person),
  };
}

// Who has more than one is not asked here which: they choose at the inbox.
function assignmentClaims(person) {
  const assignment = Object.fromEntries(ASSIGNMENT.map((name) => [name, person[name]]));
  return person.others ? { allCommissions: [assignment, ...person.others] } : assignment;
}

function residentClaims(person) {
  return {
    given_name: person.given_name,
    family_name: person.family_name,
    name: nameOf(person),
    birthdate: birthdateOf(person),
    [PERSONAL_IDENTITY_NUMBER]: person.personalIdentityNumber,
    [COORDINATION_NUMBER]: person.coordinationNumber,
    [COORDINATION_LEVEL]: person.coordinationNumber && 'confirmed',
  };
}

// A coordination number counts the day from 61.
function birthdateOf(person) {
  const number = numberOf(person);
  const day = Number(number.slice(6, 8)) % 60;
  return `${number.slice(0, 4)}-${number.slice(4, 6)}-${String(day).padStart(2, '0')}`;
}
