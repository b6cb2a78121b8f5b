using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register.Files;

/// <summary>A file in memory, until it is disposed: then another may be received.</summary>
internal sealed class SentFile(ArraySegment<byte> content, Action giveBack) : IDisposable
{
    public ArraySegment<byte> Content { get; } = content;

    public void Dispose() => giveBack();
}

/// <summary>Receives files: a few at the same time, each in some time, so that whoever sends slowly keeps nobody else away for long.</summary>
internal sealed class Reception(IOptions<ImportOptions> options) : IDisposable
{
    public static readonly Refusal TooLarge = new("import.too_large", "文件过大，请拆分后分次上传。", StatusCodes.Status413PayloadTooLarge);

    public static readonly Refusal Busy = new("import.busy", "正在读取其他文件，请稍后再试。", StatusCodes.Status429TooManyRequests);

    public static readonly Refusal TooSlow = new(
        "import.too_slow", "文件没有在规定时间内传完，请检查网络或拆分文件后重新上传。", StatusCodes.Status408RequestTimeout);

    public static readonly Refusal NoFile = Refusal.Invalid("import.no_file", "请求中没有文件，请选择填写好的模板后上传。", "");

    private readonly SemaphoreSlim _places = new(options.Value.AtOnce);

    public void Dispose() => _places.Dispose();

    /// <summary>The file that a request brings, or why there is none.</summary>
    public async Task<Decision<SentFile>> ReceiveAsync(HttpContext http, CancellationToken cancellation)
    {
        if (!_places.Wait(0, CancellationToken.None))
        {
            http.Response.Headers.RetryAfter = "5";
            return Busy;
        }

        SentFile? received = null;
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        inTime.CancelAfter(options.Value.ReceiveTime);
        try
        {
            if (await BodyAsync(http.Request, inTime.Token) is not { } body)
            {
                return NoFile;
            }

            if (await ReadAsync(body, http.Request.ContentLength, options.Value.Bytes, inTime.Token) is not { } file)
            {
                return TooLarge;
            }

            return received = new(file, () => _places.Release());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return TooSlow;
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException and not BadHttpRequestException))
        {
            return NoFile; // a form that ends before it is complete, or is none
        }
        finally
        {
            if (received is null)
            {
                _places.Release();
            }
        }
    }

    // The body itself, or the first file of a form, which is read as it comes.
    private static async Task<Stream?> BodyAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return request.Body;
        }

        if (HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 70 } boundary)
        {
            return null;
        }

        var form = new MultipartReader(boundary.ToString(), request.Body);
        while (await form.ReadNextSectionAsync(cancellation) is { } section)
        {
            if (section.GetContentDispositionHeader()?.IsFileDisposition() == true)
            {
                return section.Body;
            }
        }

        return null;
    }

    // In memory only: a temporary file would hold numbers of persons in clear. Null: it is longer.
    private static async Task<ArraySegment<byte>?> ReadAsync(Stream body, long? said, int most, CancellationToken cancellation)
    {
        // One byte more than was said: its end is seen without moving it.
        var (file, length) = (new byte[Math.Min(said ?? 64 * 1024, most) + 1], 0);
        for (int read; (read = await body.ReadAsync(file.AsMemory(length), cancellation)) > 0;)
        {
            if ((length += read) > most)
            {
                return null;
            }

            if (length == file.Length)
            {
                Array.Resize(ref file, (int)Math.Min(2L * file.Length, most + 1L));
            }
        }

        return new(file, 0, length);
    }
}
