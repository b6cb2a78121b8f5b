using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Wuwei.Faults.Campaign;

/// <summary>How far a file is, as the register's own row says.</summary>
/// <param name="Attempt">Which worker is at it.</param>
internal sealed record FileProgress(string State, int Done, int Accepted, int Refused, int Attempt)
{
    public bool IsFinished => State is not ("waiting" or "running");
}

/// <summary>
/// A file of trainings of people whom nobody has heard of, as a department fills in the template. Its rows have no ids; they are known
/// by their certificates.
/// </summary>
internal sealed class TrainingsFile
{
    private const string Header = "身份证号码,姓名,手机号码,县区乡镇,职业编码,职业名称,技能等级,证书类型,证书编号,培训机构,开班日期,结业日期,发证日期,课时,享受补贴,演示数据";

    private readonly Cluster _cluster;
    private readonly LoadClient _client;
    private readonly Dictionary<string, Content> _rows = [];
    private readonly List<int> _wrong = [];
    private readonly byte[] _file;

    /// <param name="wrong">In how many rows one has no date; 0: in none.</param>
    public TrainingsFile(Cluster cluster, LoadClient client, int rows, int wrong, Random random)
    {
        (_cluster, _client) = (cluster, client);
        var text = new StringBuilder(Header);
        for (var i = 0; i < rows; i++)
        {
            var certificate = $"F{Guid.CreateVersion7():N}".ToUpperInvariant();
            var content = new Content(Records.NewPerson(), 0, Records.Townships[random.Next(Records.Townships.Count)], Records.DayOf(0, random), 0);
            var certified = $"{content.Day:yyyy-MM-dd}";
            if (wrong > 0 && random.Next(wrong) == 0)
            {
                certified = "昨天";
                _wrong.Add(i + 2); // as a spreadsheet counts, below the headers
            }
            else
            {
                _rows.Add(certificate, content);
            }

            text.Append(CultureInfo.InvariantCulture, $"""

                {Records.NationalId(content.Person)},测试人,,{content.Region},4-10-01-05,养老护理员,elementary,skill-level,{certificate},测试培训学校,{content.Day.AddDays(-20):yyyy-MM-dd},{content.Day.AddDays(-5):yyyy-MM-dd},{certified},80,,是
                """);
        }

        _file = Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Rows that can be stored.</summary>
    public int Right => _rows.Count;

    /// <summary>Numbers of the rows that cannot.</summary>
    public IReadOnlyList<int> Wrong => _wrong;

    /// <summary>Sends it, for the city, as often as it is told to come again; says which job it is, and whether that is a new one.</summary>
    public async Task<(Guid Job, bool IsNew)> SendAsync(string mode)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{RegisterKind.Trainings.Path}imports?mode={mode}") { Content = new ByteArrayContent(_file) };
            request.Content.Headers.ContentType = new("text/csv");
            using var answer = await _client.AskAsync("training-620600", request);
            if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted)
            {
                return ((await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<Guid>(), answer.StatusCode is HttpStatusCode.Accepted);
            }

            Assert.True((int)answer.StatusCode is 429 or >= 502 && attempt < 50, await answer.Content.ReadAsStringAsync());
            await Task.Delay(500);
        }
    }

    public async Task<FileProgress> ProgressAsync(Guid job)
    {
        await foreach (var row in _cluster.RowsAsync("training", $"select state, done, accepted, refused, attempt from job where job_id = '{job}'"))
        {
            return new(row.GetString(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4));
        }

        throw new InvalidOperationException($"There is no job {job}.");
    }

    /// <summary>Numbers of the rows that came back, as often as they did.</summary>
    public async Task<IReadOnlyList<int>> ReturnedAsync(Guid job)
    {
        var numbers = new List<int>();
        await foreach (var row in _cluster.RowsAsync("training", $"select row_number from import_row where job_id = '{job}' order by row_number"))
        {
            numbers.Add(row.GetInt32(0));
        }

        return numbers;
    }

    /// <summary>Notes which records the rows have become, so that the checker follows them to the end, and says how many those are.</summary>
    public async Task<int> NoteAsync()
    {
        var records = new List<Wanted>();
        await foreach (var row in _cluster.RowsAsync("training", "select certified_training_id, certificate_number from certified_training"))
        {
            if (_rows.TryGetValue(row.GetString(1), out var content))
            {
                records.Add(new(row.GetGuid(0), 0, content));
            }
        }

        await _client.NoteAsync(RegisterKind.Trainings, records);
        return records.Count;
    }
}
