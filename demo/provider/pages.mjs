// The provider's two pages, in Swedish and English. Everything from outside goes through `escaped`.
import { isStaff, nameOf, numberOf } from './people.mjs';

const WORDS = {
  sv: {
    service: 'Demo-e-legitimation',
    choose: 'Välj vem du vill vara',
    explain: 'Det här är en demo. Personerna är påhittade och deras nummer är Skatteverkets testnummer. '
      + 'Välj en person för att logga in som hen. Inget lösenord behövs.',
    explainStaff: 'Det här är en demo. Personerna och deras uppdrag är påhittade. '
      + 'Välj en person för att logga in som hen i det uppdraget. Inget lösenord behövs.',
    newcomer: 'har inte loggat in förut',
    cancel: 'Avbryt',
    problem: 'Inloggningen gick inte att slutföra',
    advice: 'Den kan ha tagit för lång tid, eller redan vara klar. '
      + 'Gå tillbaka till tjänsten du kom från och logga in igen.',
  },
  en: {
    service: 'Demo e-ID',
    choose: 'Choose who to be',
    explain: 'This is a demo. The people are made up and their numbers are the Swedish Tax Agency’s test numbers. '
      + 'Choose a person to sign in as them. No password is needed.',
    explainStaff: 'This is a demo. The people and their assignments are made up. '
      + 'Choose a person to sign in as them in that assignment. No password is needed.',
    newcomer: 'has not signed in before',
    cancel: 'Cancel',
    problem: 'The sign-in could not be completed',
    advice: 'It may have taken too long, or be done already. '
      + 'Go back to the service you came from and sign in again.',
  },
};

export function peoplePage(language, people, uid) {
  const words = WORDS[language];
  return page(language, words.choose, `
      <p>${people.every(isStaff) ? words.explainStaff : words.explain}</p>
      <form method="post" action="/val/${escaped(uid)}">
        <ul>
${people.map((person) => `          <li>${personButton(person, words)}</li>`).join('\n')}
        </ul>
        <p><button class="cancel" type="submit" name="cancel" value="1">${words.cancel}</button></p>
      </form>`);
}

export function problemPage(language) {
  const words = WORDS[language];
  return page(language, words.problem, `
      <p>${words.advice}</p>`);
}

function personButton(person, words) {
  return `<button type="submit" name="person" value="${escaped(person.id)}">`
    + `<span class="name">${escaped(nameOf(person))}</span> `
    + `${isStaff(person) ? assignment(person) : number(person, words)}</button>`;
}

function number(person, words) {
  const digits = numberOf(person);
  const remark = person.account ? '' : `, ${words.newcomer}`;
  return `<span class="number">${escaped(`${digits.slice(0, 8)}-${digits.slice(8)}`)}${remark}</span>`;
}

function assignment({ healthCareUnitName, commissionPurpose }) {
  return `<span class="number" lang="sv">${escaped(`${healthCareUnitName}, ${commissionPurpose}`)}</span>`;
}

function page(language, heading, main) {
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${heading} - ${WORDS[language].service}</title>
    <link rel="stylesheet" href="/stil.css">
  </head>
  <body>
    <header>
      <p>${WORDS[language].service}</p>
    </header>
    <main>
      <h1>${heading}</h1>${main}
    </main>
  </body>
</html>
`;
}

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
