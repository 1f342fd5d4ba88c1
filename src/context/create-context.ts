import { createData } from '../../datasources/index.ts';
import type { Dependencies } from '../../datasources/dependencies.ts';
import type { Session } from '../../datasources/users/sessions.ts';
import type { SessionSlides } from '../../datasources/users/session-slides.ts';
import { askedOnce, type BankScope } from '../auth/bank-scope.ts';
import { anonymous, type Role, type SignedIn } from '../auth/viewer.ts';
import type { Claims } from '../auth/tokens.ts';
import { createDeadline, createPatience } from '../clock/deadline.ts';
import { DomainError } from '../errors/domain-error.ts';
import type { Cache } from '../cache/cache.ts';
import type { Database } from '../database/database.ts';
import type { Budget } from '../limits/rate/budget.ts';
import type { Entry, RateLimit } from '../limits/rate/rate-limit.ts';
import { scopedPubSub } from '../pubsub/scope.ts';
import type { JoinedLoads } from '../store/joined-loads.ts';
import { createStore } from '../store/store.ts';
import type { Transactions } from '../store/transactions.ts';
import { readBearer } from './bearer.ts';
import type { Consistency } from './consistency.ts';
import type { Context } from './context.ts';

interface Needs extends Omit<Dependencies, 'store'> {
  readonly cache: Cache;
  readonly database: Database;
  readonly transactions: Transactions;
  readonly loads: JoinedLoads;
  readonly slides: SessionSlides;
  readonly consistency: Consistency;
  readonly rateLimit: RateLimit;
  readonly deadlineMs: number;
}

export interface Caller {
  readonly requestId: string;
  /** Where the request comes from; whoever is not signed in is limited by it. */
  readonly clientAddress: string;
  /** The `Authorization` header or its like on a socket. */
  readonly authorization: string | undefined;
  /** The `x-consistency-token` header: how far the reads must be. */
  readonly consistencyToken?: string | undefined;
  /**
   * False where the client asks for nothing now, as with an event of a stream: it then does not count as being there, and
   * costs nothing.
   */
  readonly isActivity?: boolean;
  /** How its session is looked for; through the request's own store when left out. */
  readonly findSession?: FindSession;
  /** Where its point was taken already, before it was known to need more. */
  readonly entered?: Promise<Entry> | undefined;
  /** For the source of a stream: its reads have a deadline each, and the next one sees what has changed meanwhile. */
  readonly isStream?: boolean;
}

interface Entering extends Required<Pick<Caller, 'isActivity' | 'clientAddress'>>, Pick<Caller, 'entered'> {
  readonly claims: Claims | undefined;
}

/** The session of a token, while it lives. */
export type FindSession = (claims: Claims) => Promise<Session | undefined>;

/**
 * Makes one request's context. Throws `UNAUTHENTICATED` for a token that is not valid or whose session has ended,
 * `BAD_REQUEST` for a malformed consistency token, and `RATE_LIMITED` for who has no point left; what is forged, expired or
 * malformed is refused before Redis or Postgres is touched. The caller ends the deadline.
 */
export function createContextMaker({
  cache,
  database,
  transactions,
  loads,
  slides,
  consistency,
  rateLimit,
  deadlineMs,
  pubsub: ownPubsub,
  bankScope: ownBankScope,
  ...processWide
}: Needs) {
  const { clock, tokens, attendance } = processWide;

  return async function createContext({
    requestId,
    clientAddress,
    authorization,
    consistencyToken,
    isActivity = true,
    findSession,
    entered,
    isStream = false,
  }: Caller): Promise<Context> {
    const seen = consistency.fromHeader(consistencyToken);
    const token = readBearer(authorization);
    const claims = token === undefined ? undefined : await tokens.verify(token);
    // Under way while the session is looked up.
    const entering = enter({ isActivity, claims, clientAddress, entered });
    const deadline = isStream ? createPatience(clock, deadlineMs) : createDeadline(clock, deadlineMs);
    const store = createStore({
      cache,
      database,
      transactions,
      loads,
      deadline,
      clock,
      seen,
      remembers: !isStream,
    });
    const pubsub = scopedPubSub(ownPubsub, deadline.signal);
    const bankScope = bankScopeFor(isStream);
    const data = createData({ store, pubsub, bankScope, ...processWide });
    const handOut = async () => {
      const written = store.lastWrite();
      return written === undefined ? undefined : consistency.handOut(written, claims?.sessionId);
    };
    const common = {
      requestId,
      data,
      deadline,
      provenUserIds: new Set<string>(),
      consistencyToken: handOut,
      reads: store,
    };
    try {
      if (claims === undefined) return { viewer: anonymous, budget: budgetOf(await entering), ...common };
      const [session, wrote, entry] = await Promise.all([
        findSession?.(claims) ?? data.users.sessions.find(claims),
        consistency.ofSession(claims.sessionId),
        entering,
      ]);
      if (wrote !== undefined) store.see(wrote);
      if (session === undefined)
        throw new DomainError('UNAUTHENTICATED', 'The session has ended; sign in again.');
      const budget = budgetOf(entry, session.role);
      if (isActivity) {
        slides.touch(session);
        attendance.touch(session.userId);
      }
      return { viewer: viewerOf(session, bankScope), budget, ...common };
    } catch (error) {
      deadline.end();
      throw error;
    }
  };

  function enter({ isActivity, claims, clientAddress, entered }: Entering): Promise<Entry> {
    if (entered !== undefined || !isActivity) return entered ?? Promise.resolve(undefined);
    return rateLimit.enter(claims ?? { address: clientAddress });
  }

  function budgetOf(entry: Entry, role?: Role): Budget {
    return rateLimit.admit(entry, role === 'SERVICE' ? 'service' : 'client');
  }

  /** The source of a stream goes on for long: what it asks again is to be asked again. */
  function bankScopeFor(isStream: boolean): BankScope {
    return isStream ? ownBankScope : askedOnce(ownBankScope);
  }

  function viewerOf(session: Session, bankScope: BankScope): SignedIn {
    return {
      kind: 'signed-in',
      userId: session.userId,
      sessionId: session.id,
      role: session.role,
      async hasScope(scope) {
        switch (scope) {
          case 'CHAT':
            return session.chatExpiresAt.getTime() > clock.now();
          case 'SHOP':
            return session.shopExpiresAt.getTime() > clock.now();
          case 'BANK':
            return bankScope.use(session.id);
        }
      },
    };
  }
}
