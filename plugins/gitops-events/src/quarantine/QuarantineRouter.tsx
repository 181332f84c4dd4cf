import { Route, Routes } from 'react-router-dom';
import { PageBody } from '../navigation/PageBody';
import { RefusedMessagesPage } from './messages/RefusedMessagesPage';
import { QuarantinePage } from './QuarantinePage';
import { QuarantineTabs } from './QuarantineTabs';

/** Tab *Quarantine*: runs that are held, and messages of event sources that were refused. */
export function QuarantineRouter() {
  return (
    <PageBody>
      <Routes>
        <Route
          index
          element={
            <QuarantineTabs tab="">
              <QuarantinePage />
            </QuarantineTabs>
          }
        />
        <Route
          path="messages"
          element={
            <QuarantineTabs tab="messages">
              <RefusedMessagesPage />
            </QuarantineTabs>
          }
        />
      </Routes>
    </PageBody>
  );
}
