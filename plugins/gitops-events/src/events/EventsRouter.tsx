import { Route, Routes } from 'react-router-dom';
import { EventPage } from './EventPage';
import { EventsPage } from './EventsPage';

/** Tab *Events*: the list, and one event below it. */
export function EventsRouter() {
  return (
    <Routes>
      <Route index element={<EventsPage />} />
      <Route path=":uid" element={<EventPage />} />
    </Routes>
  );
}
