import { html, jsonData, type SiteProgram } from '@longhorizon/harness';
import { playgroundExamples } from './examples.ts';

/**
 * The playground.
 *
 * @param root the repository's folder
 * @param files its modules by path: `programs/playground.js`, `programs/playground-worker.js` and what these import
 */
export function playground(root: string, files: SiteProgram['files']): SiteProgram {
  const examples = playgroundExamples(root);
  return {
    path: 'playground.html',
    title: 'Playground',
    script: 'programs/playground.js',
    policy: { scripts: "'self' blob:", workers: 'blob:' },
    files,
    body: html`<h1>Playground</h1>
<p>Programs in TypeScript on this library, on your GPU: change one, run it, and see the plans that it was compiled to, their WGSL and the bytes of every buffer. A program
runs in this page alone; it can load nothing and send nothing.</p>
<noscript><p class="notice">The playground needs JavaScript.</p></noscript>
<div class="scripted">
<div class="controls">
<label>Begin with <select id="example" disabled><option value="">a program of yours</option>${examples.map(({ name, title }) => html`<option value="${name}">${title}</option>`)}</select></label>
<button type="button" id="run" class="main" disabled>Run</button>
<button type="button" id="stop" disabled>Stop</button>
<button type="button" id="link" disabled>Copy a link</button>
</div>
<p id="status" role="status">Loading. If this sentence stays, the page was opened from disk: browsers run its program over http alone, for instance by <code>npx http-server</code> in its folder.</p>
<label class="block" for="program">Program</label>
<textarea id="program" rows="24" spellcheck="false" autocomplete="off" autocapitalize="off" wrap="off" disabled></textarea>
<h2 id="output-title">Output</h2>
<pre id="output" tabindex="0" role="region" aria-labelledby="output-title"></pre>
<div id="results" hidden>
<div class="controls"><label>Plan <select id="plans"></select></label></div>
<h2 id="plan-title">Plan</h2>
<pre id="plan" tabindex="0" role="region" aria-labelledby="plan-title"></pre>
<h2 id="memory-title">Arena</h2>
<pre id="memory" tabindex="0" role="region" aria-labelledby="memory-title"></pre>
<h2 id="wgsl-title">WGSL</h2>
<pre id="wgsl" tabindex="0" role="region" aria-labelledby="wgsl-title"></pre>
<h2>Bytes</h2>
<div id="bytes" class="scroll" tabindex="0" role="region" aria-label="Bytes by class"></div>
</div>
</div>
${jsonData('examples', examples)}`,
  };
}
