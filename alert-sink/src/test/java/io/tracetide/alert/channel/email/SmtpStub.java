package io.tracetide.alert.channel.email;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A mail server with replies as a test wants them. With TLS it offers STARTTLS; with another server
 * behind it, it forwards everything to that server once the connection is encrypted.
 */
public final class SmtpStub implements AutoCloseable {
  /** In place of a reply: none ever comes. */
  static final String HANG = "hang";

  /** In place of a reply: the connection is closed. */
  static final String CLOSE = "close";

  /** In place of a reply: lines of one reply without end. */
  static final String ENDLESS_REPLY = "endless reply";

  /** In place of a reply: one line without end. */
  static final String ENDLESS_LINE = "endless line";

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, String> replies = new ConcurrentHashMap<>();
  private final List<String> inClear = new CopyOnWriteArrayList<>();
  private final List<String> encrypted = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile SSLContext tls;
  private volatile int upstream;
  private volatile boolean encryptedAtOnce;

  public SmtpStub() {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /**
   * Sets the reply to a command.
   *
   * @param command its verb, {@code GREETING}, {@code CONTENT}, or {@code RCPT} and an address
   */
  SmtpStub reply(String command, String reply) {
    replies.put(command, reply);
    return this;
  }

  SmtpStub offering(SSLContext context) {
    tls = context;
    return this;
  }

  /** Encrypts each connection before the greeting. */
  SmtpStub encryptedAtOnce(SSLContext context) {
    encryptedAtOnce = true;
    return offering(context);
  }

  SmtpStub before(int port) {
    upstream = port;
    return this;
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Lines received before the connection was encrypted. */
  List<String> inClear() {
    return inClear;
  }

  /** Lines received afterwards. */
  List<String> encrypted() {
    return encrypted;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        threads.execute(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      if (encryptedAtOnce) {
        encrypt(socket);
      } else if (reply(socket, "GREETING", "220 stub ESMTP")) {
        talk(socket, inClear);
      }
    } catch (IOException | InterruptedException ended) {
      // The client has closed the connection.
    }
  }

  private void talk(Socket socket, List<String> lines) throws IOException, InterruptedException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      lines.add(line);
      String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
      if (!answer(socket, verb, line, lines == encrypted)) {
        return;
      }
      if (verb.equals("STARTTLS") && replies.getOrDefault(verb, "220").startsWith("220")) {
        encrypt(socket);
        return;
      }
      if (verb.equals("DATA") && replies.getOrDefault(verb, "354").startsWith("354")) {
        for (String content = in.readLine();
            content != null && !content.equals(".");
            content = in.readLine()) {
          lines.add(content);
        }
        if (!reply(socket, "CONTENT", "250 accepted")) {
          return;
        }
      }
      if (verb.equals("QUIT")) {
        return;
      }
    }
  }

  private boolean answer(Socket socket, String verb, String line, boolean secure)
      throws IOException, InterruptedException {
    return switch (verb) {
      case "EHLO" -> {
        String offer = tls != null && !secure ? "250-STARTTLS\r\n" : "";
        yield reply(socket, verb, "250-stub\r\n" + offer + "250-AUTH PLAIN LOGIN\r\n250 8BITMIME");
      }
      // What a client tries after EHLO was refused.
      case "HELO" -> reply(socket, "EHLO", "250 stub");
      case "AUTH" -> reply(socket, verb, "235 welcome");
      case "STARTTLS" -> reply(socket, verb, "220 go ahead");
      case "DATA" -> reply(socket, verb, "354 go ahead");
      case "RCPT" -> {
        String address = line.replaceFirst(".*<(.*)>.*", "$1");
        String each = replies.get("RCPT " + address);
        yield reply(socket, verb, each == null ? "250 ok" : each);
      }
      default -> reply(socket, verb, "250 ok");
    };
  }

  /** False when the connection is to be closed. */
  private boolean reply(Socket socket, String command, String usual)
      throws IOException, InterruptedException {
    String reply = replies.getOrDefault(command, usual);
    if (reply.equals(HANG)) {
      closing.await(1, TimeUnit.MINUTES);
    }
    if (reply.equals(HANG) || reply.equals(CLOSE)) {
      return false;
    }
    if (reply.equals(ENDLESS_REPLY) || reply.equals(ENDLESS_LINE)) {
      String code = usual.substring(0, 3) + "-";
      String part = reply.equals(ENDLESS_REPLY) ? code + "and more\r\n" : "and more ";
      byte[] parts = part.repeat(1_000).getBytes(ISO_8859_1);
      socket.getOutputStream().write(code.getBytes(ISO_8859_1));
      while (!server.isClosed()) {
        socket.getOutputStream().write(parts);
      }
      return false;
    }
    socket.getOutputStream().write((reply + "\r\n").getBytes(ISO_8859_1));
    return true;
  }

  private void encrypt(Socket plain) throws IOException, InterruptedException {
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
    socket.setUseClientMode(false);
    socket.startHandshake();
    if (upstream == 0) {
      if (encryptedAtOnce && !reply(socket, "GREETING", "220 stub ESMTP")) {
        return;
      }
      talk(socket, encrypted);
    } else {
      forward(socket);
    }
  }

  private void forward(Socket socket) throws IOException {
    try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), upstream)) {
      // The greeting, which the client has got already.
      InputStream answers = behind.getInputStream();
      while (answers.read() != '\n') {
        continue;
      }
      threads.execute(() -> copy(answers, socket));
      copy(socket.getInputStream(), behind);
    }
  }

  private static void copy(InputStream in, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8_192];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        out.write(bytes, 0, n);
        out.flush();
      }
      to.close();
    } catch (IOException ended) {
      // One of both has closed its connection.
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
