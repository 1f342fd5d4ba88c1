import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateDocuments, root } from './documents.ts';

/** `npm run docs` */
for (const document of await generateDocuments()) {
  const file = path.join(root, document.path);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, document.text);
  console.log(document.path);
}
