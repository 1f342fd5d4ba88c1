/** All that a code is made of, whatever domain gives codes; so nothing else is looked for, and nothing has to be decoded. */
const codePattern = /^[A-Za-z0-9_-]{1,64}$/;

export const isCode = (text: string): boolean => codePattern.test(text);

/** The code in a request's target such as `/abc?from=mail`; undefined for every other form. What is asked behind it is ignored. */
export function readPath(target = ''): string | undefined {
  const end = target.indexOf('?');
  const code = target.slice(1, end < 0 ? undefined : end);
  return target.startsWith('/') && isCode(code) ? code : undefined;
}
