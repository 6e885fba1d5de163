/** @file "Run it on your GPU" as a page of the site. */
import { type CodeState, html, jsonData, type SiteProgram, type Suite } from '@longhorizon/harness';

/** What the page's records answer for. */
export interface Build {
  /** Checksums of the code by suite. */
  readonly codeHashes: Readonly<Record<string, string>>;
  readonly code: CodeState;
}

/**
 * The page.
 *
 * @param suites what it offers, whose cells its worker can run
 * @param files its modules by path: `programs/gpu.js`, `programs/gpu-worker.js` and what these import
 */
export function runPage(build: Build, suites: readonly Suite[], files: SiteProgram['files']): SiteProgram {
  return {
    path: 'gpu.html',
    title: 'Run it on your GPU',
    script: 'programs/gpu.js',
    policy: { workers: "'self'" },
    files,
    body: html`<h1>Run it on your GPU</h1>
<p>Cells of the benchmark, measured in this browser on your device: the same problems, seeds and records as everywhere else. Records stay in this browser; nothing is sent. Download them
and send them as a pull request: <code>longhorizon bench submit FILE</code> checks the file and puts it in its place.</p>
<noscript><p class="notice">This page needs JavaScript.</p></noscript>
<div class="scripted">
<p id="note" class="notice" role="alert" hidden></p>
<dl class="pairs"><dt>Device</dt><dd id="device">…</dd></dl>
<div class="controls">
<label>Profile <select id="profile" disabled></select></label>
<button type="button" id="start" class="main" disabled>Start</button>
<button type="button" id="pause" disabled>Pause</button>
<button type="button" id="download" disabled>Download .jsonl</button>
<button type="button" id="remove" disabled>Remove records</button>
</div>
<p id="status" role="status">Loading. If this sentence stays, the page was opened from disk: browsers run its program over http alone, for instance by <code>npx http-server</code> in its folder.</p>
<progress id="progress" aria-labelledby="counted" value="0" max="1"></progress>
<p id="counted"></p>
<p id="at-work" class="small faint"></p>
<div class="scroll" tabindex="0" role="region" aria-label="Records"><table id="records"><caption>Records of this device, the latest first</caption><thead><tr></tr></thead><tbody></tbody></table></div>
</div>
${jsonData('suites', suites)}
${jsonData('build', build)}`,
  };
}
