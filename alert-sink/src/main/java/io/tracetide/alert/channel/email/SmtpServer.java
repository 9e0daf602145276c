package io.tracetide.alert.channel.email;

import io.tracetide.alert.channel.email.SmtpConfig.Security;
import io.tracetide.alert.channel.http.AddressPolicy;
import io.tracetide.runtime.http.tls.TlsClients;
import jakarta.mail.Authenticator;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * The mail server: its addresses, connections to it and the session of Jakarta Mail.
 *
 * <p>The host is resolved for each mail, all its addresses must satisfy the policy, and the
 * connection goes to one of them under the host's name, with which the certificate is compared.
 */
final class SmtpServer {
  private final SmtpConfig smtp;
  private final AddressPolicy policy;
  private final int connectTimeoutMillis;
  private final int timeoutMillis;
  private final SSLSocketFactory sockets;
  private final Session session;
  private final AtomicInteger connections = new AtomicInteger();

  SmtpServer(EmailConfig config) {
    this.smtp = config.smtp();
    this.policy = config.allowPrivate() ? AddressPolicy.ANY : AddressPolicy.PUBLIC_ONLY;
    this.connectTimeoutMillis = Math.toIntExact(config.connectTimeout().toMillis());
    this.timeoutMillis = Math.toIntExact(config.timeout().toMillis());
    this.sockets = context(smtp).getSocketFactory();
    this.session = Session.getInstance(properties(), authenticator(smtp));
  }

  private static SSLContext context(SmtpConfig smtp) {
    if (!smtp.ca().isEmpty()) {
      return TlsClients.trusting(Path.of(smtp.ca()));
    }
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.put("mail.smtp.auth", String.valueOf(!smtp.user().isEmpty()));
    properties.put("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
    boolean startTls = smtp.security() == Security.STARTTLS;
    properties.put("mail.smtp.starttls.enable", String.valueOf(startTls));
    properties.put("mail.smtp.starttls.required", String.valueOf(startTls));
    properties.put("mail.smtp.ssl.socketFactory", sockets);
    properties.put("mail.smtp.ssl.checkserveridentity", "true");
    // A recipient that the server refuses does not prevent the mail to the others.
    properties.put("mail.smtp.sendpartial", "true");
    // The default waits for the answer to QUIT after the mail was accepted.
    properties.put("mail.smtp.quitwait", "false");
    return properties;
  }

  private static Authenticator authenticator(SmtpConfig smtp) {
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return new PasswordAuthentication(smtp.user(), smtp.password().reveal());
      }
    };
  }

  String host() {
    return smtp.host();
  }

  Session session() {
    return session;
  }

  /** The addresses of the host, each with its name. */
  InetAddress[] resolve() throws UnknownHostException {
    InetAddress[] addresses = InetAddress.getAllByName(smtp.host());
    for (int i = 0; i < addresses.length; i++) {
      // For Jakarta Mail, which compares the certificate with the name of the address.
      addresses[i] = InetAddress.getByAddress(smtp.host(), addresses[i].getAddress());
    }
    return addresses;
  }

  boolean permits(InetAddress[] addresses) {
    return Arrays.stream(addresses).allMatch(policy::permits);
  }

  /** Connects the socket to one of the addresses, each time to the next one. */
  void connect(Socket socket, InetAddress[] addresses) throws IOException {
    InetAddress address = addresses[Math.floorMod(connections.getAndIncrement(), addresses.length)];
    socket.setSoTimeout(timeoutMillis);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(address, smtp.port()), connectTimeoutMillis);
  }

  /** The socket of the dialogue: encrypted at once with {@code security: tls}. */
  Socket secured(Socket connected) throws IOException {
    if (smtp.security() != Security.TLS) {
      return connected;
    }
    SSLSocket secured = (SSLSocket) sockets.createSocket(connected, smtp.host(), smtp.port(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }
}
