/**
 * Pages, entity content and cards of GitOps Events, for the new frontend
 * system. Apps on the old one import from `./legacy`.
 *
 * @packageDocumentation
 */
export { gitopsEventsPlugin as default } from './plugin';
export {
  gitopsEventsApiRef,
  type GitopsEventsApi,
} from './api/gitopsEventsApi';
