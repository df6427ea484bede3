import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '@/scripts/lib/root.mjs';
import { listSourceFiles } from '@/tests/support/source-files';

it('[RX44] what is packed says nothing in the types of ws, which its reader need not have', () => {
  const naming = listSourceFiles('lib', 'stores', 'components').filter((file) =>
    /^import .* from 'ws';$/m.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(naming).toEqual([]);
});
