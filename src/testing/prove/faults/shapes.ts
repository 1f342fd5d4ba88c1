import { GraphQLError } from 'graphql';
import pg from 'pg';
import { DomainError } from '../../../errors/domain-error.ts';

/** What a backend may throw, with `secret` wherever such things have their words. */
export type Shape = (secret: string) => unknown;

export const shapes: Readonly<Record<string, Shape>> = {
  'an error': (secret) => new Error(`connect to ${secret} failed`),
  'an error with a cause': (secret) => new Error('upstream', { cause: new Error(secret) }),
  'an error with a code of ours': (secret) => Object.assign(new Error(secret), { code: 'NOT_FOUND' }),
  'an error with extensions': (secret) =>
    Object.assign(new Error(secret), { extensions: { code: 'FORBIDDEN', secret, http: { status: 418 } } }),
  'several errors': (secret) => new AggregateError([new Error(secret), new TypeError(secret)], secret),
  'a type error': (secret) => new TypeError(`Cannot read properties of ${secret}`),
  'an error of Postgres': (secret) =>
    Object.assign(new pg.DatabaseError(`relation "${secret}" does not exist`, 40, 'error'), {
      ...{ code: '42P01', severity: 'ERROR', detail: secret, hint: secret, where: secret, table: secret },
    }),
  'an error of the system': (secret) =>
    Object.assign(new Error(`connect ECONNREFUSED ${secret}`), { code: 'ECONNREFUSED', address: secret }),
  'an error that prints itself': (secret) =>
    Object.assign(new Error(secret), { toJSON: () => ({ secret }), toString: () => secret }),
  'an error whose name and stack tell': (secret) =>
    Object.assign(new Error('x'), { name: secret, stack: `${secret}\n    at ${secret}` }),
  'an error of GraphQL without a code': (secret) => new GraphQLError(secret),
  'an error of GraphQL with a code of nobody': (secret) =>
    new GraphQLError(secret, { extensions: { code: secret, secret } }),
  'a domain error with a cause': (secret) =>
    new DomainError('UPSTREAM_UNAVAILABLE', 'Not now.', { cause: new Error(secret) }),
  'a text': (secret) => secret,
  'an object': (secret) => ({ message: secret, secret }),
  'an object without a prototype': (secret) =>
    Object.assign(Object.create(null) as object, { message: secret }),
};

/** For the control: what a domain says to clients reaches them. */
export const outspoken: Shape = (secret) => new DomainError('CONFLICT', secret);
