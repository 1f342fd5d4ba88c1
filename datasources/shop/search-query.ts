import { DomainError } from '../../src/errors/domain-error.ts';

const maxLength = 200;
const maxWords = 16;

/**
 * The words of a query in one form for all ways to write them: NFKC, lower case, each once, in alphabetical order, for
 * neither order nor repetition changes what is found. Everything but letters, marks and digits stands between words, so
 * nothing is left that an operator or a quotation could be made of. Empty where there are no words. Throws
 * `BAD_USER_INPUT` for what is longer than 200 characters or has more than 16 words.
 */
export function normaliseQuery(written: string): string {
  if (written.length > maxLength) throw tooLong();
  const words = written
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const query = [...new Set(words)].toSorted().join(' ');
  // Some characters stand for a whole sentence.
  if (query.length > maxLength) throw tooLong();
  if (words.length > maxWords)
    throw new DomainError('BAD_USER_INPUT', `A search has at most ${maxWords} words.`);
  return query;
}

const tooLong = () => new DomainError('BAD_USER_INPUT', `A search has at most ${maxLength} characters.`);
