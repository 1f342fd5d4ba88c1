import { createHash } from 'node:crypto';
import { plugin as typedDocuments } from '@graphql-codegen/typed-document-node';
import { print } from 'graphql';

/**
 * A plugin of graphql-codegen, in JavaScript because it loads plugins as they are. For a `.ts` file it writes typed
 * documents that know the id by which a gateway that trusts them can be asked, `__meta__.documentId`; for a `.json` file the
 * manifest of those ids, with the text that `print` makes of each document. The preset for clients would write a manifest of
 * texts that it has sorted, so that a client that sends its documents whole would not be known.
 */
export async function plugin(schema, documents, config, info) {
  const texts = {};
  const output = await typedDocuments(
    schema,
    documents,
    {
      ...config,
      unstable_onExecutableDocumentNode(document) {
        const text = print(document);
        const documentId = `sha256:${createHash('sha256').update(text).digest('hex')}`;
        texts[documentId] = text;
        return { documentId };
      },
    },
    info,
  );
  if (!info?.outputFile?.endsWith('.json')) return output;
  return JSON.stringify(texts, Object.keys(texts).sort(), 2);
}
