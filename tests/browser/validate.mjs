// html-validate, kept running: a page's HTML comes as a line of JSON, its findings leave as another.
import { createInterface } from 'node:readline';

import { FileSystemConfigLoader, HtmlValidate } from 'html-validate';

const validator = new HtmlValidate(new FileSystemConfigLoader());

for await (const line of createInterface({ input: process.stdin })) {
  const { results } = await validator.validateString(JSON.parse(line), `${process.cwd()}/page.html`);
  const found = results.flatMap(({ messages }) => messages);
  console.log(JSON.stringify(found.map(({ ruleId, message, selector }) => `${ruleId}: ${message} (${selector})`)));
}
