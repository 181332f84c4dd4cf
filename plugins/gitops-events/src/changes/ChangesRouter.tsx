import { Route, Routes } from 'react-router-dom';
import { ChangePage } from './ChangePage';
import { ChangesPage } from './ChangesPage';

/** Tab *Changes*: the list, and one change below it. */
export function ChangesRouter() {
  return (
    <Routes>
      <Route index element={<ChangesPage />} />
      <Route path=":id" element={<ChangePage />} />
    </Routes>
  );
}
