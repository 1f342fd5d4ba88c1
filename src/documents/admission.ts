import type { ErrorCode } from '../errors/codes.ts';
import type { Asked } from './asked.ts';
import { isHash } from './hash.ts';
import type { TrustedDocument, TrustedList } from './trusted-list.ts';

/** What becomes of documents that are not registered: nothing, a word in the log, a refusal. */
export type TrustMode = 'off' | 'report' | 'enforce';

/** How a request goes on. */
export type Admission =
  | { readonly kind: 'trusted'; readonly document: TrustedDocument }
  /** By a hash that clients may have registered themselves, or register now where there is a text. */
  | { readonly kind: 'automatic'; readonly hash: string }
  /** By its text, or without any document, which is refused later. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly status: number; readonly message: string };

interface Needs {
  readonly mode: TrustMode;
  readonly list: TrustedList;
}

/**
 * Decides before anything is parsed. What is registered passes in every mode and by every name; what is not passes, unless
 * `enforce` is set and the asker is not exempt.
 */
export function createAdmission({ mode, list }: Needs) {
  return function admit(asked: Asked, isExempt: () => boolean): Admission {
    const { text, id, fault } = asked;
    if (fault !== undefined) return malformed(fault);
    if (text === undefined && id === undefined) return { kind: 'whole' };
    const document = find(asked);
    if (document === undefined) return admitStranger(id, isExempt);
    // Of a hash that is not its own, a text must not be taken for it.
    return fits(asked, document)
      ? { kind: 'trusted', document }
      : malformed('The text is not that of the id.');
  };

  function find({ text, id }: Asked): TrustedDocument | undefined {
    const byId = id === undefined ? undefined : list.byId(id);
    return byId ?? (text === undefined ? undefined : list.byText(text));
  }

  function fits({ text, id }: Asked, document: TrustedDocument): boolean {
    return (id === undefined || list.byId(id) === document) && (text === undefined || text === document.text);
  }

  function admitStranger(id: string | undefined, isExempt: () => boolean): Admission {
    if (mode === 'enforce' && !isExempt()) return untrusted('Only registered documents are executed here.');
    if (id === undefined) return { kind: 'whole' };
    // Nobody can register another one by sending it whole.
    return isHash(id) ? { kind: 'automatic', hash: id } : untrusted('There is no document with this id.');
  }
}

const malformed = (message: string): Admission => ({
  kind: 'refused',
  code: 'BAD_REQUEST',
  status: 400,
  message,
});

/** 403: the request is well formed, and repeating it, whole or in another form, will not help. */
const untrusted = (message: string): Admission => ({
  kind: 'refused',
  code: 'DOCUMENT_NOT_TRUSTED',
  status: 403,
  message,
});
