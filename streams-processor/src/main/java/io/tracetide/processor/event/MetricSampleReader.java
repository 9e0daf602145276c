package io.tracetide.processor.event;

import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Temporality;
import io.tracetide.schemas.serde.MalformedRecordException;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a {@link MetricSample} that aggregation needs. */
public final class MetricSampleReader extends RecordReader<MetricView> {

  private static final List<String> REQUIRED = List.of("serviceName", "metricName", "timestamp");

  /**
   * Creates a reader of samples of one version.
   *
   * @param written schema that the samples were written with
   * @throws MalformedRecordException when it is not a version of the contract
   */
  public MetricSampleReader(Schema written) {
    super(written, REQUIRED, MetricSampleReader::topLevel);
  }

  private static @Nullable FieldReader<MetricView> topLevel(String field, Schema written) {
    return switch (field) {
      case "tenantId" -> FieldReader.ofString(written, (out, at, n) -> out.tenant.set(at, n));
      case "serviceName" -> FieldReader.ofString(written, (out, at, n) -> out.service.set(at, n));
      case "metricName" -> FieldReader.ofString(written, (out, at, n) -> out.metric.set(at, n));
      case "type" ->
          FieldReader.ofEnum(
              written, MetricType.class, MetricType.GAUGE, (out, value) -> out.type = value);
      case "timestamp" ->
          FieldReader.ofMicros(written, (out, value) -> out.timestampMicros = value);
      case "unit" -> FieldReader.ofString(written, (out, at, n) -> out.unit.set(at, n));
      case "temporality" ->
          FieldReader.ofEnum(
              written,
              Temporality.class,
              Temporality.UNSPECIFIED,
              (out, value) -> out.temporality = value);
      case "value" -> FieldReader.ofDouble(written, (out, value) -> out.value = value);
      case "startTimestamp" ->
          FieldReader.ofMicros(written, (out, value) -> out.startMicros = value);
      case "histogram" -> FieldReader.ofRecord(written, MetricSampleReader::histogram);
      case "instance" -> FieldReader.ofString(written, (out, at, n) -> out.instance.set(at, n));
      case "tags" ->
          FieldReader.ofMap(
              written,
              (out, at, n) -> out.addTag(at, n),
              value -> FieldReader.ofString(value, (out, at, n) -> out.setTagValue(at, n)));
      default -> null;
    };
  }

  private static @Nullable FieldReader<MetricView> histogram(String field, Schema written) {
    return switch (field) {
      case "bounds" ->
          FieldReader.ofArray(
              written, item -> FieldReader.ofDouble(item, (out, value) -> out.addBound(value)));
      case "counts" ->
          FieldReader.ofArray(
              written, item -> FieldReader.ofLong(item, (out, value) -> out.addBucket(value)));
      case "sum" -> FieldReader.ofDouble(written, (out, value) -> out.histogramSum = value);
      case "sumKnown" -> FieldReader.ofBoolean(written, (out, value) -> out.sumKnown = value);
      case "min" -> FieldReader.ofDouble(written, (out, value) -> out.min = value);
      case "max" -> FieldReader.ofDouble(written, (out, value) -> out.max = value);
      default -> null;
    };
  }
}
