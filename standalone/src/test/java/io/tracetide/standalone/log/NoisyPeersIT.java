package io.tracetide.standalone.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.standalone.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers without a token can make a gateway of its own process log. */
class NoisyPeersIT {

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final String HOST = "Host: localhost\r\n";

  @TempDir private Path directory;

  @Test
  void shouldLogALineOfEachCauseHoweverOftenPeersMisbehave() throws Exception {
    Path config = directory.resolve("tracetide.yaml");
    Files.writeString(
        config,
        "kafka: {bootstrapServers: '127.0.0.1:1'}\nregistry: {url: 'http://127.0.0.1:1'}\n"
            + "gateway: {listener: {port: 0, maxConnections: 64}, grpc: {port: 0}}\n");
    Path log = directory.resolve("log");
    Process gateway =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.log.org.apache.kafka=off",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "gateway",
                "--config",
                config.toString())
            .redirectError(log.toFile())
            .start();
    try {
      BufferedReader said =
          new BufferedReader(new InputStreamReader(gateway.getInputStream(), UTF_8));
      String listening = said.readLine();
      assertThat(listening).as(Files.readString(log)).startsWith("LISTENING ");
      int port = URI.create(listening.substring("LISTENING ".length())).getPort();

      for (int round = 0; round < 30; round++) {
        for (byte[] attack : attacks(new Random(round))) {
          send(port, attack);
        }
      }

      assertThat(gateway.isAlive()).isTrue();
    } finally {
      gateway.destroy();
      assertThat(gateway.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    List<String> ofPeers =
        Files.readAllLines(log).stream().filter(line -> !line.contains(" io.tracetide.")).toList();
    assertThat(ofPeers).as("no stack traces").noneMatch(line -> line.startsWith("\tat "));
    assertThat(ofPeers.size()).as(String.join("\n", ofPeers)).isBetween(1, 20);
    assertThat(ofPeers).anyMatch(line -> line.contains("peer=/127.0.0.1:"));
  }

  private static List<byte[]> attacks(Random random) {
    List<byte[]> attacks = new ArrayList<>();
    for (String text :
        List.of(
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
            "GARBAGE\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "GET / HTTP/1.1\r\n" + HOST + "X: " + "y".repeat(200_000) + "\r\n\r\n",
            "GET /" + "a".repeat(100_000) + " HTTP/1.1\r\n" + HOST + "\r\n",
            "GET / HTTP/1.1\r\n" + HOST + "Bad Header : x\r\n\r\n",
            "POST /v1/traces HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
            "POST /v1/traces HTTP/1.1\r\n"
                + HOST
                + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n",
            "POST /v1/traces HTTP/1.1\r\n" + HOST + "Content-Length: 1000\r\n\r\ncut",
            "POST /v1/traces HTTP/1.1\r\n" + HOST + "Content-Length: -1\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
            PREFACE)) {
      attacks.add(text.getBytes(ISO_8859_1));
    }
    byte[] noise = new byte[300];
    random.nextBytes(noise);
    attacks.add(noise);
    for (int type = 0; type < 12; type++) {
      attacks.add(frames(frame(4, 0, 0, new byte[0]), frame(type, random.nextInt(256), 1, noise)));
      attacks.add(frames(frame(4, 0, 0, new byte[0]), frame(type, 0, 0, new byte[3])));
    }
    attacks.add(frames(frame(4, 0, 0, new byte[5])));
    attacks.add(frames(frame(0, 0, 7, noise)));
    attacks.add(frames(frame(1, 4, 2, noise)));
    return attacks;
  }

  private static byte[] frames(byte[]... frames) {
    ByteBuffer all = ByteBuffer.allocate(4_096).put(PREFACE.getBytes(ISO_8859_1));
    for (byte[] frame : frames) {
      all.put(frame);
    }
    byte[] bytes = new byte[all.position()];
    all.flip().get(bytes);
    return bytes;
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) 0)
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** Half of the connections end with a reset. */
  private static void send(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(300);
      socket.setSoLinger(bytes.length % 2 == 0, 0);
      socket.getOutputStream().write(bytes);
      socket.getInputStream().readNBytes(1_000);
    } catch (IOException e) {
      // Cut off, or silent: what is logged of it is what matters.
    }
  }
}
