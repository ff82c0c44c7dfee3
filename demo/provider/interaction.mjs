// The one thing a person does here: choose who to be, or cancel.
import { LOA3 } from './configuration.mjs';
import { sendPage } from './answers.mjs';
import { languageOf } from './languages.mjs';
import { peoplePage } from './pages.mjs';

const LONGEST_FORM = 1000;

// Each client has its own people: no member of staff signs in as a resident, nor the reverse.
export async function interact(provider, clients, formTarget, request, response) {
  const { params, uid } = await provider.interactionDetails(request, response);
  const { people } = clients.find(({ id }) => id === params.client_id);
  const language = languageOf(params.ui_locales);
  if (request.method === 'GET') {
    return sendPage(response, 200, peoplePage(language, people, uid), formTarget);
  }
  const form = await readForm(request);
  const person = people.find(({ id }) => id === form.get('person'));
  return provider.interactionFinished(request, response, person ? chosen(person) : CANCELLED);
}

const CANCELLED = { error: 'access_denied', error_description: 'The person cancelled.' };

function chosen({ id }) {
  return { login: { accountId: id, acr: LOA3, remember: false } };
}

async function readForm(request) {
  let text = '';
  for await (const part of request) {
    text += part;
    if (text.length > LONGEST_FORM) throw new RangeError('The form is too long.');
  }
  return new URLSearchParams(text);
}
