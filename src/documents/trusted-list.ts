/** A text that somebody has registered; another text with the same meaning is another document. */
export interface TrustedDocument {
  /** SHA-256 of the text, 64 lower-case hexadecimal digits. */
  readonly hash: string;
  readonly text: string;
}

/** A document by the id that its manifest gives it. */
export interface ManifestEntry extends TrustedDocument {
  readonly id: string;
  /** The manifest. */
  readonly file: string;
}

/** What is registered, in memory. */
export interface TrustedList {
  readonly entries: readonly ManifestEntry[];
  /** By its id in a manifest, or by its hash, which may begin with `sha256:`. */
  byId(id: string): TrustedDocument | undefined;
  /** By the exact text. */
  byText(text: string): TrustedDocument | undefined;
}

/** The GraphQL-over-HTTP draft begins ids with it that are hashes of the text. */
export const hashPrefix = 'sha256:';

export function createTrustedList(entries: readonly ManifestEntry[]): TrustedList {
  const ids = new Map<string, TrustedDocument>();
  const texts = new Map<string, TrustedDocument>();
  for (const { id, hash, text } of entries) {
    const document = texts.get(text) ?? { hash, text };
    texts.set(text, document);
    for (const each of [id, hash, hashPrefix + hash]) ids.set(each, document);
  }
  return {
    entries,
    byId: (id) => ids.get(id),
    byText: (text) => (texts.size === 0 ? undefined : texts.get(text)),
  };
}
