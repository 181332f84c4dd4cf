import SourceIcon from '@mui/icons-material/DownloadForOfflineOutlined';
import { EmptyState } from '../feedback/EmptyState';

const example = `gitopsEvents:
  ingresses:
    orders:
      principals: []
      sources: ['/orders*']
      types: ['orders.*']
  sources:
    shop-orders:
      kind: kafka # or nats
      ingress: orders
      brokers: ['kafka-1.shop.example:9093']
      topics: [shop.orders]`;

/** Nothing is pulled: what would be here, and how to have it. */
export function SourcesEmpty() {
  return (
    <EmptyState
      title="No event source is configured"
      icon={<SourceIcon sx={{ fontSize: 40 }} />}
      command={example}
    >
      Events come over HTTP here. The portal can fetch them as well, from topics
      of Kafka or streams of NATS JetStream that others write to: each source
      then stands here, with how far it was read and what is wrong with it.
      Install the module of its kind and name it in <code>app-config.yaml</code>
      ; <code>docs/sources.md</code> says the rest.
    </EmptyState>
  );
}
