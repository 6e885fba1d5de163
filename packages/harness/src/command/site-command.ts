import { Command } from 'commander';
import { buildSite } from '../report/build.ts';
import { guarded } from './guarded.ts';
import { communityBelow, outputFolderFor } from './output-folder.ts';
import { RecordFiles } from './record-files.ts';
import type { Surroundings } from './surroundings.ts';

/** `bench site`: the page of the records below some paths, with those of other people on a page of their own, and with the pages that compute. */
export function siteCommand({ definition, folder, output, errors }: Surroundings): Command {
  return new Command('site')
    .description('Builds the page: one folder that opens from disk.')
    .argument('[paths...]', 'folders of records or .jsonl files', [folder])
    .option('--out <folder>', 'where the page is written; by default "site" in or beside the input')
    .option('--figures', 'also write every chart as SVG and PDF, with its numbers as CSV, to "pictures"')
    .action((paths: readonly string[], options: { readonly out?: string; readonly figures?: true }) =>
      guarded(errors, async () => {
        const out = outputFolderFor(paths, 'site', options.out);
        const programs = (await definition.programs?.()) ?? [];
        const page = await buildSite(
          new RecordFiles(paths, errors),
          { ...definition.site, suites: definition.suites },
          out,
          {
            figures: options.figures === true,
            community: new RecordFiles(communityBelow(paths), errors),
            programs,
          },
        );
        output.write(`The page is ${page}.\n`);
        return 0;
      }),
    );
}
