import { whenTold } from '../replica';
import { eventsBackend, TOPIC } from './eventsBackend';

/** A Backstage whose events backend takes events by HTTP; nobody subscribes here. */
whenTold(async start => {
  const { url, headers } = await eventsBackend(start, []);
  return { url: `${url}/api/events/http/${TOPIC}`, headers, plain: true };
});
