import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  Kind,
  parse,
  print,
  separateOperations,
  type DocumentNode,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql';
import { projectRoot } from '../../config/project-root.ts';

export const clients = ['web', 'mobile', 'backend'] as const;

/** What a client asks, as its own code has it. */
export interface ClientOperation {
  readonly client: (typeof clients)[number];
  readonly name: string;
  readonly kind: OperationTypeNode;
  readonly definition: OperationDefinitionNode;
  /** With the fragments that it needs, and nothing else. */
  readonly document: DocumentNode;
  readonly text: string;
}

export const clientsFolder = path.join(projectRoot(import.meta.url), 'schema/clients');

/** Every operation of `schema/clients/<client>/*.graphql`; a file uses its own fragments only. */
export const clientOperations: readonly ClientOperation[] = clients.flatMap((client) =>
  readdirSync(path.join(clientsFolder, client))
    .toSorted()
    .flatMap((file) =>
      Object.entries(
        separateOperations(parse(readFileSync(path.join(clientsFolder, client, file), 'utf8'))),
      ).flatMap(([name, document]) =>
        document.definitions
          .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
          .map((definition) => ({
            ...{ client, name, kind: definition.operation, definition, document, text: print(document) },
          })),
      ),
    ),
);
