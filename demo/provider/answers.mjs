// How pages leave: no script, no one else's origin, nothing kept.
import { readFileSync } from 'node:fs';

const style = readFileSync(new URL('style.css', import.meta.url));

// Chromium follows form-action through the redirect that answers the form, so the client's origin is in it.
export function pageHeaders(formTarget) {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; style-src 'self'; form-action 'self' ${formTarget}; `
      + "base-uri 'none'; frame-ancestors 'none'",
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}

export function sendPage(response, status, body, formTarget) {
  response.writeHead(status, pageHeaders(formTarget)).end(body);
}

export function sendStyle(response) {
  response.writeHead(200, { 'Content-Type': 'text/css; charset=utf-8', 'X-Content-Type-Options': 'nosniff' });
  response.end(style);
}
