import { Route, Routes } from 'react-router-dom';
import { SensorPage } from './SensorPage';
import { SensorsPage } from './SensorsPage';

/** Tab *Sensors*: the list, and one sensor below it. */
export function SensorsRouter() {
  return (
    <Routes>
      <Route index element={<SensorsPage />} />
      <Route path=":name/*" element={<SensorPage />} />
    </Routes>
  );
}
