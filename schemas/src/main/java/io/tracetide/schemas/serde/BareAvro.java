package io.tracetide.schemas.serde;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro binary of records of one type, without a header and without the registry: writer and reader
 * must have the same version of the schema. Thread-safe.
 *
 * @param <T> type of the records
 */
public final class BareAvro<T extends SpecificRecord> {
  private final String name;
  private final SpecificDatumWriter<T> writer;
  private final DatumReader<T> reader;

  public BareAvro(Class<T> type) {
    TrustedRecords.register();
    SpecificData model = SpecificData.getForClass(type);
    this.name = type.getSimpleName();
    this.writer = new SpecificDatumWriter<>(model.getSchema(type), model);
    this.reader = new SpecificDatumReader<>(model.getSchema(type), model.getSchema(type), model);
  }

  /** Writes records one after another. */
  public static final class Output {
    private final BinaryEncoder encoder;

    /** Writes to that stream, without a buffer. */
    public Output(OutputStream out) {
      this.encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    }

    public <T extends SpecificRecord> void write(BareAvro<T> format, T record) {
      try {
        format.writer.write(record, encoder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Reads records one after another. The bytes are not trusted, see {@link AvroDecoder}. */
  public static final class Input {
    private final BoundedDecoder decoder;

    public Input(byte[] bytes, int offset) {
      this.decoder = new BoundedDecoder(bytes, offset, Integer.MAX_VALUE);
    }

    /**
     * The next record.
     *
     * @throws MalformedRecordException if the next bytes are not a record of that type
     */
    public <T extends SpecificRecord> T read(BareAvro<T> format) {
      return decoder.read(format.reader, format.name);
    }

    public int remainingBytes() {
      return decoder.remainingBytes();
    }
  }
}
