import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Contract } from './contract.ts';
import { occurrencesIn } from './occurrences.ts';
import { sentTexts } from './sent-texts.ts';

/** Function that replaces confidential parts of texts, and cuts them. */
export type Redact = (texts: readonly string[]) => string[];

/** Minimum length of a redacted text: shorter ones occur in every word and reveal nothing. */
const shortest = 3;

/** A text that is quoted in part is redacted, too, if the part is longer than an id. */
const longestId = 64;

/** Secrets of the function, which all redactors replace. */
export const secretTexts = new Set<string>();

/** The password in DATABASE_URL, unless it is the name of the user: that is no secret. */
const ownPassword = /:\/\/([^/:@]*):(?!\1@)(.*)@/;
/** Beginnings of connection strings. A password may contain "@" where nobody has escaped it. */
const passwords = /(:\/\/[^\s:/@]*:)[^\s"']{1,2000}@/g;

/** Beginning of a connection string that is cut before its "@". */
const cutPassword = /(:\/\/[^\s:/@]*:)[^\s"']{1,2000}$/;

/** Maximum length of a text, and of all: the cost grows with them. A log line keeps less. */
const longest = 4000;
const longestSum = 10 * longest;

/**
 * Makes a function that replaces everything that the client of a request has sent (see `sentTexts`). Errors may quote
 * input, as PostgreSQL does (`invalid input syntax for type integer: "12a"`). Secrets of the function and passwords of connection strings are replaced, too.
 *
 * The cost is linear in the texts and in the request: it is the request that may be large, so the texts are indexed.
 */
export function redactor(contract: Contract, event: APIGatewayProxyEventV2): Redact {
  return (quoted) => {
    // Most problems quote nothing.
    if (!quoted.some((text) => text.length >= shortest)) return [...quoted];
    let left = longestSum;
    // With the beginning of the rest: a secret that is cut is recognised by its next characters.
    const texts = quoted.map((text) => {
      const read = text.slice(0, longest + longestId);
      left -= read.length;
      return left < 0 ? '' : read;
    });
    const occurrences = occurrencesIn(texts.join('\0'));
    const mark = (one: string) => {
      if (one.length >= shortest) occurrences.mark(one, longestId);
    };
    const own = ownPassword.exec(`${process.env.DATABASE_URL}`)?.[2] ?? '';
    mark(own);
    mark(JSON.stringify(own).slice(1, -1));
    for (const one of secretTexts) mark(one);
    for (const one of sentTexts(contract, event)) mark(one);
    const marks = occurrences.marks();
    let from = 0;
    return texts.map((text, index) => {
      const isSecret = marks.slice(from, from + text.length);
      from += text.length + 1;
      const cut = text.slice(0, longest);
      const shown = replaceMarked(cut, isSecret).replaceAll(passwords, '$1[redacted]@');
      return cut === quoted[index] ? shown : `${shown.replace(cutPassword, '$1[redacted]')}…`;
    });
  };
}

/** Replaces each run of marked characters once: a secret may contain another, overlap it, or be a part of "[redacted]". */
function replaceMarked(text: string, isMarked: readonly boolean[]): string {
  if (!isMarked.includes(true)) return text;
  return text.replace(/[\s\S]/g, (char, at) => (!isMarked[at] ? char : isMarked[at - 1] ? '' : '[redacted]'));
}
