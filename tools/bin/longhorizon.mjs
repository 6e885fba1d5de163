#!/usr/bin/env node
/**
 * @file The `longhorizon` command: `npx longhorizon doctor`. It goes through the same start-up as `npm start`.
 */
import { fileURLToPath } from 'node:url';

process.argv.splice(2, 0, 'longhorizon');
await import(fileURLToPath(new URL('../start.mjs', import.meta.url)));
