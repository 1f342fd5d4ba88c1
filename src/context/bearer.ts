import { DomainError } from '../errors/domain-error.ts';

/** Undefined without the header. Throws `UNAUTHENTICATED` for anything but `Bearer <token>`. */
export function readBearer(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization === '') return undefined;
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
  if (token === undefined) {
    throw new DomainError(
      'UNAUTHENTICATED',
      'The Authorization header must be `Bearer <token>`, with the token that signIn gave.',
    );
  }
  return token;
}
