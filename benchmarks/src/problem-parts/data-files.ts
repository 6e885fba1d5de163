/** @file Which data sets are here: profiles leave out rows on files that are not. */
export { hasFiles as isHere } from '@longhorizon/datasets';
