package io.tracetide.processor.topology.incident;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import io.tracetide.processor.incident.CallReport;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Binary form of {@link TenantReport}: a {@link CallReport}, or a mark, a version and anomalies in
 * the wire format of the topic of anomalies, each with its length.
 */
public final class TenantReportSerde implements Serde<TenantReport> {

  private static final byte ANOMALIES = (byte) 0xa0;
  private static final byte FORMAT = 1;

  private final AvroEncoder<Anomaly> encoder;
  private final AvroDecoder<Anomaly> decoder;

  public TenantReportSerde(SchemaRegistry registry) {
    encoder =
        new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.ANOMALIES), Anomaly.class);
    decoder = new AvroDecoder<>(registry, Anomaly.class);
  }

  @Override
  public Serializer<TenantReport> serializer() {
    return (topic, report) -> encode(report);
  }

  @Override
  public Deserializer<TenantReport> deserializer() {
    return (topic, bytes) -> decode(bytes);
  }

  /** The binary form. */
  public byte[] encode(TenantReport report) {
    if (report instanceof TenantReport.Calls calls) {
      return calls.calls().encode();
    }
    TenantReport.Anomalies found = (TenantReport.Anomalies) report;
    ByteWriter out = new ByteWriter();
    out.put(ANOMALIES);
    out.put(FORMAT);
    out.putVarint(found.anomalies().size());
    for (Anomaly anomaly : found.anomalies()) {
      byte[] encoded = encoder.encode(anomaly);
      out.putVarint(encoded.length);
      out.put(encoded);
    }
    return out.toByteArray();
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException when the bytes are not a report
   */
  public TenantReport decode(byte[] bytes) {
    if (CallReport.isEncoded(bytes)) {
      return new TenantReport.Calls(CallReport.decode(bytes));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.get() != ANOMALIES || in.get() != FORMAT) {
      throw new IllegalArgumentException("not a report of a tenant, or of another version");
    }
    int size = Varint.readLength(in);
    List<Anomaly> anomalies = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      byte[] encoded = new byte[Varint.readLength(in)];
      in.get(encoded);
      anomalies.add(decoder.decode(encoded));
    }
    return new TenantReport.Anomalies(anomalies);
  }
}
