// @ts-check
import { isServerMessage } from 'taskwire/protocol';
import * as v from 'valibot';
import { valibotUpdate, zodUpdate } from './schemas.mjs';

/**
 * From a frame to a message that can be used, or `undefined`; each throws only what `JSON.parse` throws.
 * @type {Readonly<Record<string, (frame: string) => unknown>>}
 */
export const DECODERS = {
  'JSON.parse alone': (frame) => JSON.parse(frame),
  taskwire(frame) {
    const value = JSON.parse(frame);
    return isServerMessage(value) ? value : undefined;
  },
  valibot(frame) {
    const result = v.safeParse(valibotUpdate, JSON.parse(frame));
    return result.success ? result.output : undefined;
  },
  zod: (frame) => zodUpdate.safeParse(JSON.parse(frame)).data,
};
