/** @file The first thing on the first page: questions, answered as far as the records do. */
import { type Answer, answersOf } from '../../leaderboard/answers/index.ts';
import { leaderboardsByKind, type SiteContext } from '../context.ts';
import { type Content, html } from '../html.ts';

/** The questions that the first suite answers; nothing where it answers none. */
export function questionsSection(context: SiteContext): Content {
  const [first] = leaderboardsByKind(context).methods;
  if (first === undefined) return '';
  const answers = answersOf(first);
  if (answers.every(({ sentences }) => sentences.length === 0)) return '';
  return html`<ul class="questions" aria-label="Questions">${answers.map(box)}</ul>`;
}

/** Four stand beside each other; what comes after them has a row of its own. */
const beside = 4;

function box({ question, sentences }: Answer, index: number): Content {
  const said = sentences.length === 0 ? ['Not decided by these records.'] : sentences;
  return html`<li${index < beside ? '' : html` class="wide-answer"`}><h2>${question}</h2>${said.map((sentence) => html`<p>${unbroken(sentence)}</p>`)}</li>`;
}

/** The same text, in which no line ends between a number and its unit, or a name and its value: `39.1 MiB`, `T = 1`. */
function unbroken(text: string): string {
  return text.replace(/ (?=(?:[KMG]i)?B\b|[×%=])/g, '\u00a0').replace(/= (?=[\d.])/g, '=\u00a0');
}
