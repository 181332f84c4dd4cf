// What the language means is written once, beside the language; it is for tests alone and never published.
/* eslint-disable @backstage/no-relative-monorepo-imports */
export { model } from '../../../../gitops-events-sensors/src/__testUtils__/referenceModel';
export {
  endOf,
  sensorOfStream,
  streams,
  type Arrival,
  type Stream,
} from '../../../../gitops-events-sensors/src/__testUtils__/streams';
