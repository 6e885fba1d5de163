/**
 * @file What start-up has to say goes to the error stream: the output stream belongs to the work itself.
 */

/** @param {string} line */
export function say(line) {
  process.stderr.write(`longhorizon: ${line}\n`);
}

/**
 * Something that the user can put right: the message says what was found and what to do.
 * It ends the program without a stack trace.
 */
export class StartError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'StartError';
  }
}
