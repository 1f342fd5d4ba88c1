export type Role = 'USER' | 'ADMIN' | 'SERVICE';
export type Scope = 'CHAT' | 'SHOP' | 'BANK';

/** On whose behalf a request acts. */
export type Viewer = Anonymous | SignedIn;

export interface Anonymous {
  readonly kind: 'anonymous';
}

export interface SignedIn {
  readonly kind: 'signed-in';
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
  /** Whether the session may use the scope now; asking extends `BANK`. */
  hasScope(scope: Scope): Promise<boolean>;
}

export const anonymous: Anonymous = { kind: 'anonymous' };
