/**
 * @file Text for a terminal. Records and files hold any text; control characters in it would set the window's title, clear the screen or
 * hide a link, and bidirectional ones let a line read as something else.
 */

/** C0, DEL, C1, and the characters that turn the direction of text. */
const unsafe = /\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text that a terminal only shows: control characters become their pictures (`␛`), others without one `�`. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(unsafe, (character) =>
    character === '\n' || character === '\t' ? character : pictureOf(character),
  );
}

/** The same for what has to stay on one line: a cell of a table, a name in a progress bar. */
export function printableLine(text: string): string {
  return text.replace(unsafe, pictureOf);
}

/** Where text is written to; `process.stdout` fits. */
interface Written {
  write(text: string): unknown;
}

/** An output that only ever gets printable text. */
export function printing(output: Written): Written {
  return { write: (text) => output.write(printable(text)) };
}

function pictureOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '�';
}
