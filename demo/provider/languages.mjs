// Which of the two languages somebody asks for, by `ui_locales` or by Accept-Language (whose weights two do not need).
export function languageOf(locales = '') {
  const wished = locales.split(/[ ,;]+/).map((locale) => locale.slice(0, 2));
  return wished.find((locale) => ['sv', 'en'].includes(locale)) ?? 'sv';
}
